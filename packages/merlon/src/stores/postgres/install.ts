import { STATEMENTS, VERSION } from './counters.generated.ts'

/** What is sent to a server, for one schema. */
export interface Statements {
  /** Two parameters: keys and request. Gives `reply`. */
  readonly decide: string
  /** Gives `there`, and `isolation`. */
  readonly look: string
  /** Makes what is not there; nothing where another process has just done so. */
  readonly install: string
  readonly clear: string
}

/** @throws TypeError where the schema's name would have to be quoted */
export function statementsFor(schema: string): Statements {
  if (typeof schema !== 'string' || !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new TypeError(
      `postgresCounters: expected a schema of lower-case letters, digits and _, got ${JSON.stringify(schema)}`,
    )
  }
  const decide = `"${schema}".decide_${VERSION}`
  const there = `to_regprocedure('${decide}(text[], jsonb)')`
  const within = (text: string) => text.replaceAll('merlon.', `"${schema}".`)
  return {
    decide: `SELECT ${decide}($1::text[], $2::jsonb) AS reply`,
    look: `SELECT ${there} IS NOT NULL AS there, current_setting('transaction_isolation') AS isolation`,
    // One statement, so one transaction: a process that dies within it leaves nothing half made. It looks into the
    // tables of the catalogue: what names stand for is remembered, and does not change while it waits for the lock.
    install: `DO $install$
BEGIN
PERFORM pg_advisory_xact_lock(hashtextextended('merlon counters ${schema}', 0));
IF EXISTS (
SELECT FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
WHERE n.nspname = '${schema}' AND p.proname = 'decide_${VERSION}'
) THEN RETURN; END IF;
IF NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = '${schema}') THEN CREATE SCHEMA "${schema}"; END IF;
${within(STATEMENTS)}
END
$install$`,
    // Whoever decides takes rows of `counters` first, and cannot meanwhile.
    clear: within(`DO $clear$
BEGIN
LOCK TABLE merlon.counters IN SHARE ROW EXCLUSIVE MODE;
DELETE FROM merlon.counters;
DELETE FROM merlon.places;
DELETE FROM merlon.overrides;
END
$clear$`),
  }
}
