import type { CredentialRule } from './rule.ts';

export const databasePassword: CredentialRule = {
  id: 'EO111',
  name: 'database-password',
  what: 'The password, or the address with a password, of a database.',
  severity: 'error',
  why: 'The account is shared by everything that knows the password, so that nobody can change it or tell who used it.',
  hint: {
    text: 'Let the broker make an account for this job, with the rights of one role, that is dropped when the job ends.',
    before: '- run: ./migrate.sh\n  env:\n    DATABASE_URL: ${{ secrets.DATABASE_URL }}',
    after:
      'permissions:\n  id-token: write\nsteps:\n  - uses: org/ephemeral-creds@v1\n    with:\n      broker-url: https://broker.example.com\n      role: app-migrate\n  - run: ./migrate.sh   # PGHOST, PGUSER, PGPASSWORD … are set',
  },
  recognises: {
    inputs: [
      {
        input:
          /(db|database|postgres(ql)?|pg|mysql|mariadb|mongo(db)?|redis|mssql|sql|oracle|supabase[-_]db|prisma)[-_]?(.*[-_])?(url|uri|password|pass|pwd|dsn|connection[-_]?string)|connection[-_]?string|jdbc[-_]?url/,
      },
      {
        action: /azure\/sql-action|.*(mysql|postgres|mongo|flyway|liquibase|prisma|redis|mssql).*/,
        input: /.*(password|connection-?string|url|uri)/,
      },
    ],
    variables: [
      /PGPASSWORD|MYSQL_PWD|(.*_)?(MYSQL|MARIADB|POSTGRES|POSTGRESQL|PG|MONGO|MONGODB|REDIS|MSSQL|SA|ORACLE|DB|DATABASE|SQL|SNOWFLAKE|CLICKHOUSE|NEO4J|ELASTIC|ELASTICSEARCH|OPENSEARCH|RDS|SUPABASE_DB|TYPEORM|SQLALCHEMY|FLYWAY|LIQUIBASE|PLANETSCALE|TURSO|REDSHIFT|DATABRICKS_SQL)_(.*_)?(PASSWORD|PASS|PASSWD|PWD|ROOT_PASSWORD|AUTH_TOKEN)/,
      /(.*_)?(DATABASE|DB|POSTGRES|POSTGRESQL|PG|MONGO|MONGODB|MYSQL|REDIS|SQLALCHEMY_DATABASE|PRISMA|NEON|DIRECT|SHADOW_DATABASE|TURSO|AMQP|RABBITMQ)_(.*_)?(URL|URI|DSN|CONNECTION|CONNECTION_STRING|CONN_STRING|CONN)(_.*)?|SNOWFLAKE_(PRIVATE_KEY.*|TOKEN)/,
    ],
    commands: [
      { line: /mysql(dump|admin|import)?|mariadb(-dump)?/, option: /-p|--password/ },
      {
        line: /(sqlcmd|bcp|flyway|liquibase|mongo(sh|dump|restore|import|export)?|redis-cli|snowsql|clickhouse-client|cypher-shell|sqlpackage|mongodb) .*/,
        option: /-P|-p|-a|--password|-password|-url|--uri|-pass|\/p/,
      },
      {
        line: /(psql|pg_dump|pg_restore|pg_dumpall|mongosh|mongo|mongodump|mongorestore|mongoimport|migrate|dbmate|atlas|goose|sqlx|diesel|prisma|pgroll|flyway|redis-cli|mysqlsh) .*/,
        word: /.*(:\/\/|\$\{?\w*(URL|URI|DSN|CONN)).*|-?-?(database|url|dsn|uri)=.*/,
      },
    ],
    names: [
      /(?!PRISMA_CLOUD|(.*_)?FIREBASE_DATABASE_URL)(.*_)?(DATABASE|DB|POSTGRES|POSTGRESQL|PG|PSQL|MONGO|MONGODB|MYSQL|MARIADB|REDIS|MSSQL|SQL|SQLSERVER|ORACLE|PRISMA|NEON|DIRECT|SUPABASE_DB|TURSO|CLICKHOUSE|SNOWFLAKE|NEO4J|RDS|ELASTIC(SEARCH)?|OPENSEARCH|CASSANDRA|COCKROACH(DB)?|COSMOS(DB)?|AMQP|RABBITMQ|CLOUDAMQP|KAFKA|REDSHIFT|PLANETSCALE|SHADOW_DATABASE|UPSTASH_REDIS.*)(_(.*_)?)?(URL|URI|DSN|PASSWORD|PASS|PASSWD|PWD|PW|CONNECTION_?STRING|CONNECTION_?URL|CONNECTION|CONN_?STR(ING)?|CONN|ROOT_PASSWORD|KEY|SECRET|TOKEN|AUTH_TOKEN|CREDENTIALS?|CREDS|PRIVATE_KEY)(_.*)?/,
      /(.*_)?(CONNECTION_?STRINGS?|CONN_?STR(ING)?|JDBC_URL|PGPASSWORD|MYSQL_PWD|SA_PASSWORD)(_.*)?|.*_(PROD|STAGING|DEV|TEST)?DB(_(URL|PASSWORD|URI))/,
    ],
  },
  examples: {
    finds: [
      {
        step: 'run: ./migrate.sh\nenv:\n  DATABASE_URL: postgres://${{ secrets.DB_USER }}:${{ secrets.DB_PASS }}@${{ secrets.DB_SERVER_NAME }}/app',
      },

      { step: 'run: ./migrate.sh\nenv:\n  DATABASE_URL: ${{ secrets.MAIN }}' },
      { step: 'run: psql -h db.example.com -c "select 1"\nenv:\n  PGPASSWORD: ${{ secrets.MAIN }}' },
      { gitlab: 'mysqldump -h db.example.com -u app -p"$MAIN_DB" app > dump.sql' },
    ],
    passes: [
      { step: 'run: ./x.sh ${{ secrets.FIREBASE_DATABASE_URL }}' },

      {
        step: 'run: ./migrate.sh\nenv:\n  DATABASE_URL: postgres://${{ secrets.DB_USER }}@${{ secrets.DB_SERVER_NAME }}/app',
      },

      {
        step: 'run: ./migrate.sh\nenv:\n  DB_HOST: ${{ secrets.DB_HOST }}\n  DB_USER: ${{ secrets.DB_USER }}',
      },
      { gitlab: "helm upgrade app . --set 'postgres.password=$NOT_EXPANDED'" },
    ],
  },
};
