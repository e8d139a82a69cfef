/** The words that start a process as the first of a process namespace of its own, as a container does. */
export const inNamespace = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL'] as const;
