/** What can go wrong between an assistant and PostHog, and what this server promises. The numbers are those in test names. */
export interface Risk {
  number: number;
  risk: string;
  promise: string;
  /** What of it the promise leaves out, and why. */
  limits?: string;
}
