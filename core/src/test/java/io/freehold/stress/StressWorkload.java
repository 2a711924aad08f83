package io.freehold.stress;

/**
 * A way to use a backend that is known to be hard on it. Frees all it takes.
 */
interface StressWorkload {

	/** Runs to the end, or fails because a thread or the backend did. */
	void run(StressRun run) throws Exception;

}
