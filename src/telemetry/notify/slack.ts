import type { Notification } from './notification.ts';

/** How many services a message lists; Slack folds what is longer. */
const MAX_SERVICES = 10;
/** Slack cuts a text at 40,000 characters; nobody reads that many. */
const MAX_CHARACTERS = 3000;

/** The body for an incoming webhook of Slack, and of what takes the same (Mattermost, Rocket.Chat, Discord's `/slack`): a text alone. */
export function slackBody({ text, services, run, command, fleet, exitCode }: Notification): string {
  const listed = services
    .slice(0, MAX_SERVICES)
    .map((one) => `• \`${plain(one.service)}\` ${plain(one.status)}: ${plain(one.text)}`);
  const more = services.length > MAX_SERVICES ? [`… and ${services.length - MAX_SERVICES} more`] : [];
  // One failure is told whole by the first line.
  const list = services.length > 1 || exitCode !== null ? [...listed, ...more] : [];
  const lines = [plain(text), ...list, `_${plain(fleet)}, ${command} ${run}_`];
  return JSON.stringify({ text: lines.join('\n').slice(0, MAX_CHARACTERS) });
}

/** Slack's three control characters, and an `@here` that a build printed, mean nothing to anybody. */
function plain(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '@\u200b')
    .replaceAll('`', "'");
}
