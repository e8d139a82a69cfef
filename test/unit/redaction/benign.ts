/** What builds print, and what looks like parts of secrets without being any. */
export function benignLog(bytes: number): string {
  const lines: string[] = [];
  let size = 0;
  for (let turn = 1; size < bytes; turn++) {
    const hash = (turn * 2654435761).toString(16).padStart(12, '0').repeat(5);
    const line = [
      `2026-01-02T03:04:05.${String(turn % 1000)}Z npm http fetch GET 200 https://registry.example/pkg/-/pkg-${hash}.tgz`,
      `-----BEGIN PRIVATE KEY-----`,
      `-----END PRIVATE KEY-----`,
      `{ "type": "service_account", "project_id": "my-project-123", "auth_uri": "https://oauth2.example.com/token" }`,
      `sha512-${Buffer.from(hash).toString('base64')}==`,
      `Authorization: Bearer ***  x-access-token: AWS: _json_key: Basic`,
      `  } ], [ { "": "" } ] password= token= true false null 0 1 2 ---- ==== eyJhbGciOiJSUzI1NiJ9`,
    ][turn % 7];
    lines.push(line ?? '');
    size += (line ?? '').length + 1;
  }
  return lines.join('\n');
}
