/** Source: PostHog API docs and PostHog behaviour. */
export const LIFECYCLE = `# Life of an experiment

An experiment and its feature flag are two things. The flag decides what users see; the experiment decides whose data is compared. Most surprises come from steps that touch only one of them.

## States

The state is derived, never set:

| State | When | Users see |
|---|---|---|
| draft | no start date | the default of the code, unless the flag was on already |
| running | started, not ended, flag on | their variants |
| paused | started, not ended, flag off | the default of the code |
| exposure_frozen | running, but new people are kept out | those already in: their variants; others: the default |
| stopped | has an end date | whatever the flag still says, often both variants |

Archived and deleted are separate marks. Archiving only hides. Whoever turns the flag off elsewhere pauses the experiment, too.

## Steps

| Step | Users | Data | Way back |
|---|---|---|---|
| experiment-launch | enrolled at once; the flag goes on | counts from now | experiment-pause |
| experiment-pause | all get the default at once | no new exposures; people already exposed go on counting, which dilutes the effect | experiment-resume; the same people get the same variants |
| experiment-end | **nothing changes** | only data up to the end counts | experiment-update, clear end_date |
| experiment-ship-variant | one variant for all who match the flag | ends a running experiment | feature-flag-restore with the filters that the answer holds |
| experiment-reset | **nothing changes**, unless disable_feature_flag is set; the flag stays as it is | dates and conclusion are gone | the call that the answer holds, with the old dates |
| experiment-archive | nothing, unless disable_feature_flag is set | nothing | experiment-unarchive; a flag that was turned off stays off |
| experiment-delete | **nothing changes**; the flag goes on serving | disappears from every read | experiment-update, restore |

## Preview, confirmation, gates

What reaches users is previewed: confirmation_required changed nothing and shows what would happen; the same call with confirmation_token does it, as long as nothing moved. \`won\`, \`lost\` and shipping also have to be what experiment-assess recommends; else they need override_reason, which is stored in the comment. Everything else (drafts, texts, copies, an end as inconclusive) acts at once.

## What to know before each

- **Launch** asks for no metric and no deployed code. Check both: experiment-preflight.
- **End or ship.** Ending records that the question is answered; shipping acts on the answer. After an end without a ship, users stay split, and nobody looks any more.
- **Shipping keeps the release conditions.** With a rollout of 20% the winner goes to those 20%. Only release_to_everyone puts all users first, over any targeting. Shipping a paused experiment serves nobody: the flag stays off.
- **A shared flag** ties experiments together: a pause or a ship of one hits all. A duplicate without a key of its own shares the flag.
- **Split and rollout.** split_percent divides the people inside; rollout_percentage is how many enter. Changing the split of a running experiment moves people between variants and leaves a bias that no later step removes.
- **Locked after launch:** variants and holdout. Metrics, exposure rules and texts stay editable, and then results are recomputed for the whole period.
- **Freezing** keeps new people out while those inside go on: for long-term effects. It works on people, not on groups, and not within a holdout.
- **Conclusion:** won, lost, inconclusive, stopped_early or invalid, with a comment on why. It records; it changes nothing for users.
`;
