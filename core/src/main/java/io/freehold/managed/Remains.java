package io.freehold.managed;

import java.lang.System.Logger.Level;

import io.freehold.internal.sync.Faults;

import org.jspecify.annotations.Nullable;

/**
 * What was still live in the allocators that one close has ended, for the log: a line for
 * each of a few allocators, or else one line for all. Used with the lock of the ending it
 * belongs to.
 */
final class Remains {

	/** So many allocators are named. */
	private static final int NAMED = 3;

	private final Node node;

	/** Those with the most bytes, in order; null where there are fewer. */
	private final @Nullable Node[] biggest = new @Nullable Node[NAMED];

	private final long[] biggestBlocks = new long[NAMED];

	private final long[] biggestBytes = new long[NAMED];

	private long allocators;

	private long blocks;

	private long bytes;

	/** The most severe of those that were added. */
	private Level level = Level.ALL;

	Remains(Node node) {
		this.node = node;
	}

	/** Adds what was live in one allocator. Takes no heap. */
	void add(Node allocator, long blocks, long bytes) {
		this.allocators++;
		this.blocks += blocks;
		this.bytes += bytes;
		Level level = allocator.ending.liveLevel;
		this.level = (level.getSeverity() > this.level.getSeverity()) ? level : this.level;
		int place = NAMED;
		while (place > 0 && (this.biggest[place - 1] == null || bytes > this.biggestBytes[place - 1])) {
			place--;
		}
		if (place < NAMED) {
			for (int i = NAMED - 1; i > place; i--) {
				this.biggest[i] = this.biggest[i - 1];
				this.biggestBlocks[i] = this.biggestBlocks[i - 1];
				this.biggestBytes[i] = this.biggestBytes[i - 1];
			}
			this.biggest[place] = allocator;
			this.biggestBlocks[place] = blocks;
			this.biggestBytes[place] = bytes;
		}
	}

	/** Logs what was added. Throws nothing. */
	void log() {
		try {
			if (this.allocators <= NAMED) {
				for (int i = 0; i < this.allocators; i++) {
					Node allocator = this.biggest[i];
					if (allocator != null) {
						log(allocator, this.biggestBlocks[i], this.biggestBytes[i]);
					}
				}
			}
			else {
				Faults.log(this.level, sum(), null);
			}
		}
		catch (Throwable ex) {
			// no room for the message
		}
	}

	/** Logs what was live in one allocator. */
	static void log(Node allocator, long blocks, long bytes) {
		Faults.log(allocator.ending.liveLevel,
				allocator + ": closed with " + blocks + " blocks (" + bytes + " bytes) still live", null);
	}

	private String sum() {
		StringBuilder text = new StringBuilder(200);
		text.append(this.node)
			.append(": closed with ")
			.append(this.blocks)
			.append(" blocks (")
			.append(this.bytes)
			.append(" bytes) still live in ")
			.append(this.allocators)
			.append(" allocators");
		String separator = ", most in ";
		for (int i = 0; i < NAMED; i++) {
			text.append(separator).append(this.biggest[i]).append(" (").append(this.biggestBytes[i]).append(" bytes)");
			separator = ", ";
		}
		return text.toString();
	}

}
