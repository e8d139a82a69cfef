/** Words that the command line does not understand (sysexits.h, EX_USAGE). The message repeats no value. */
export class Misuse extends Error {}
