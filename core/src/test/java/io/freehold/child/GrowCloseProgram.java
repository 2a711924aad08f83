package io.freehold.child;

import java.util.logging.Level;
import java.util.logging.Logger;

import io.freehold.managed.GrowCloseRace;
import io.freehold.managed.GrowCloseRace.Victim;
import io.freehold.managed.GrowCloseStage;

/**
 * Grows huge blocks of allocators that close, and would not survive a write to memory
 * that was unmapped.
 */
public final class GrowCloseProgram {

	/** Held on to: loggers that nobody holds forget their level. */
	private static final Logger LOG = Logger.getLogger("io.freehold");

	private GrowCloseProgram() {
	}

	/**
	 * Runs.
	 * @param arguments none
	 */
	public static void main(String[] arguments) {
		LOG.setLevel(Level.OFF);
		long seed = System.nanoTime();
		System.out.println("seed " + seed);
		for (Victim victim : Victim.values()) {
			new GrowCloseRace(GrowCloseStage.unmapping(), victim, 14_000_000, seed).run(60);
		}
		System.out.println("nothing touched");
	}

}
