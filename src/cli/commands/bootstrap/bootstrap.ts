import { defineCommand } from '../../command.ts';
import type { CommandContext } from '../../command-context.ts';
import { CommandError } from '../../command-error.ts';
import { type Diagnosis, diagnose } from '../../diagnostics/run.ts';
import { runStep, type StepResult, worst } from '../../diagnostics/step.ts';
import { nodeRoles, readLocalNode } from '../../nodes/local-node.ts';
import { type RestClient, restClient, revoke, signIn } from '../../rest-client.ts';
import { obtainPassword, passwordOptions } from '../../setup/password.ts';
import { checkPrerequisites } from '../../setup/prerequisites.ts';
import { refuseEnterprise } from '../../setup/role-guard.ts';
import { setUp } from '../../setup/set-up.ts';

export const bootstrap = defineCommand({
  path: ['admin', 'bootstrap'],
  summary: 'Set up a one-box on this machine and prove that everything works',
  description:
    'The quickest start: both nodes with a local database, then a sign-in, code in every installed runtime, and a service ' +
    'that is published, called and deleted. Repeating it keeps data and settings, updates the password and restarts the nodes.',
  example: "plinth admin bootstrap --admin-password 'Abc12345!' --confirm-password 'Abc12345!'",
  privileged: true,
  options: passwordOptions,
  async run(options, context) {
    refuseEnterprise(context);
    const password = await obtainPassword(options, context);
    const tell = ({ step, result, message }: StepResult): void =>
      context.report.progress(`${result.toUpperCase().padEnd(4)}  ${step}: ${message}`);
    const steps: StepResult[] = [];
    const step = async (name: string, action: Parameters<typeof runStep>[1]): Promise<boolean> => {
      const result = await runStep(name, action, tell);
      steps.push(result);
      return result.result !== 'fail';
    };

    let client: RestClient | undefined;
    const isUp =
      (await step('prerequisites', async () => checkPrerequisites(context))) &&
      (await step('set-up', () => setUpOnebox(context, password))) &&
      (await step('sign-in', async () => {
        client = await signInLocally(context, password);
        return `as admin at ${client.endpoint}`;
      }));
    const diagnosis = isUp && client !== undefined ? await diagnoseAndSignOut(client, tell) : undefined;
    const result = worst([...steps, ...(diagnosis === undefined ? [] : [diagnosis])]);
    context.report.progress(firewallHint(context));
    return { value: { result, steps, diagnostics: diagnosis ?? null }, exitCode: result === 'fail' ? 1 : 0 };
  },
});

async function setUpOnebox(context: CommandContext, password: string): Promise<string> {
  try {
    const { nodes } = await setUp(context, {
      roles: nodeRoles,
      password,
      uris: [],
      fingerprint: null,
      start: true,
    });
    return nodes.map((node) => `${node.type} node at ${node.endpoint}`).join(', ');
  } catch (error) {
    for (const line of error instanceof CommandError ? error.context : []) context.report.progress(line);
    throw error;
  }
}

async function signInLocally(context: CommandContext, password: string): Promise<RestClient> {
  const { endpoint } = readLocalNode(context.io.environment, 'webnode');
  return restClient(await signIn(endpoint, 'admin', password), () => {});
}

/** The tokens of the suite are nobody's afterwards. */
async function diagnoseAndSignOut(
  client: RestClient,
  tell: (result: StepResult) => void,
): Promise<Diagnosis> {
  try {
    return await diagnose(client, tell);
  } finally {
    await revoke(client.credentials);
  }
}

function firewallHint({ io }: CommandContext): string {
  const { port } = readLocalNode(io.environment, 'webnode');
  return `Clients on other machines reach the web node once port ${port} is open on its public address; no firewall was changed.`;
}
