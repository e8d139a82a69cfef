// https://docs.gitlab.com/ci/jobs/job_rules/#ci_pipeline_source-predefined-variable

/** Every way in which a pipeline is started. */
export const pipelineSources = [
  'push',
  'web',
  'schedule',
  'api',
  'trigger',
  'pipeline',
  'parent_pipeline',
  'chat',
  'external',
  'webide',
  'ondemand_dast_scan',
  'ondemand_dast_validation',
  'security_orchestration_policy',
  'container_registry_push',
  'duo_workflow',
  'pipeline_execution_policy_schedule',
  'merge_request_event',
  'external_pull_request_event',
] as const;
