/**
 * What revoking takes was never known: the backend's answer was lost, and by name it cannot be found. The credential
 * ends by itself, and until then nobody can do anything about it.
 */
export class Unrevocable extends Error {
  constructor() {
    super('what revoking takes is not known; the credential ends by itself');
    this.name = 'Unrevocable';
  }
}
