/** Sends the measurement of a worker to its parent process, and ends the connection. An error ends the process with code 1. */
export function sendMeasurement(measuring: Promise<object>): void {
  measuring.then(
    (measured) => {
      process.send?.(measured);
      process.disconnect();
    },
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}
