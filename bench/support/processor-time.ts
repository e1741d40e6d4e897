import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Clock ticks of Linux in a second, as /proc tells them (USER_HZ). */
const TICKS = 100;

/** Seconds of processor time that processes have used since they began; NaN where /proc does not tell. */
export const processorSeconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + secondsOf(pid), 0);

function secondsOf(pid: number): number {
  try {
    // proc_pid_stat(5): utime and stime are fields 14 and 15; the name, field 2, may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return NaN;
  }
}

/** Seconds of processor time that the whole machine has used since it began; NaN where /proc does not tell. */
export function machineSeconds(): number {
  try {
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] =
      readFileSync('/proc/stat', 'utf8').split('\n')[0]?.split(/\s+/u).slice(1).map(Number) ?? [];
    return (user + nice + system + irq + softirq) / TICKS;
  } catch {
    return NaN;
  }
}

/** The processes whose command line holds a text. */
export function processesWith(text: string): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && commandLine(pid).includes(text));
  } catch {
    return [];
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** What runs beside the processes that are measured takes from them. */
export const CORES = cpus().length;
