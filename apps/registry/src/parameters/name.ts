/** Lower-case words joined by hyphens, as in agreements. */
export const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
