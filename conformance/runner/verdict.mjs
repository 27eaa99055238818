// What counts as a pass. Pure functions; stricter than the suite's own scoring.

// From here on a shell's exit status says "could not be started" or "ended by a signal", never "the client refused".
const FIRST_SHELL_STATUS = 126;

/** The reasons why an attempt failed; none for a pass. */
export function reasonsToFail({ suiteStatus, clientStatus, timedOut, leftovers, checks }, timeoutMillis) {
  const reasons = [];
  const failures = idsOf(checks, 'FAILURE');
  const warnings = idsOf(checks, 'WARNING');
  if (failures.length > 0) reasons.push(failures.join(', '));
  if (warnings.length > 0) reasons.push(`warnings: ${warnings.join(', ')}`);
  if (checks === undefined) reasons.push('no result from the suite');
  else if (!checks.some((check) => check.status === 'SUCCESS')) reasons.push('no check succeeded');
  if (timedOut) reasons.push(`timed out after ${timeoutMillis / 1000} s`);
  else if (clientStatus === undefined) reasons.push('the client was not run to its end');
  else if (clientStatus >= FIRST_SHELL_STATUS) reasons.push(`client ${shellStatus(clientStatus)}`);
  // Some scenarios allow an error exit; the suite knows which.
  else if (clientStatus !== 0 && suiteStatus !== 0) reasons.push(`client exited with ${clientStatus}`);
  if (leftovers.length > 0) reasons.push(`left running: ${leftovers.join('; ')}`);
  if (reasons.length === 0 && suiteStatus !== 0) reasons.push(`the suite exited with ${suiteStatus}`);
  return reasons;
}

function idsOf(checks, status) {
  const ids = (checks ?? []).filter((check) => check.status === status).map((check) => check.id);
  return [...new Set(ids)];
}

function shellStatus(status) {
  if (status === 126) return 'is not executable';
  if (status === 127) return 'was not found';
  return `was ended by signal ${status - 128}`;
}
