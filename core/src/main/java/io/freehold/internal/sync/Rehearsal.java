package io.freehold.internal.sync;

import java.util.concurrent.TimeUnit;

/**
 * Runs code once before it is needed, on a thread of its own, which has a whole stack.
 * The JVM loads a class, initializes it and links a call when it first comes to them, and
 * some of that cannot be repeated if it fails: a class whose initializer has thrown is
 * unusable for ever. What is rehearsed is not struck by a short stack at its first use.
 */
public final class Rehearsal {

	/** After so many nanoseconds it is left to itself. */
	private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

	private Rehearsal() {
	}

	/**
	 * Runs a rehearsal and waits for its end. Never throws: what could not be rehearsed
	 * works without, most of the time.
	 */
	public static void run(Runnable rehearsal) {
		boolean interrupted = false;
		try {
			Thread thread = new Thread(null, rehearsal, "freehold-rehearsal", 0, false);
			thread.setDaemon(true);
			thread.setContextClassLoader(null);
			thread.setUncaughtExceptionHandler(new Silence());
			thread.start();
			long deadline = System.nanoTime() + LONGEST_NANOS;
			while (thread.isAlive() && System.nanoTime() - deadline < 0) {
				try {
					thread.join(100);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (Throwable ex) {
			// no thread, or no heap
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	private static final class Silence implements Thread.UncaughtExceptionHandler {

		@Override
		public void uncaughtException(Thread thread, Throwable ex) {
			// it was no more than a rehearsal
		}

	}

}
