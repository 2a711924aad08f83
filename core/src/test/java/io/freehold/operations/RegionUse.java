package io.freehold.operations;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

import io.freehold.Layout;
import io.freehold.region.Region;

/**
 * Takes a region through what regions can become. May throw at every step what the region
 * throws, and {@link BlockUse.Revoked}.
 *
 * @param region the region
 * @param random draws what to do
 */
public record RegionUse(RecordedRegion region, SplittableRandom random) {

	/** Uses blocks, a mark and an arena, and resets the region now and then. */
	public void run() {
		blocks();
		try (Region.Mark _ = this.region.mark()) {
			blocks();
			arena();
		}
		if (this.random.nextInt(4) == 0) {
			this.region.reset();
		}
	}

	private void blocks() {
		for (int i = this.random.nextInt(3); i >= 0; i--) {
			new BlockUse(this.region, this.random).run();
		}
		// with a chunk of its own, sometimes
		this.region.allocate(Layout.ofBytes(this.random.nextInt(1, 10_000)));
	}

	private void arena() {
		Arena arena = this.region.asArena();
		MemorySegment segment = arena.allocate(this.random.nextInt(1, 10_000), 8);
		BlockUse.access(segment, () -> segment.fill((byte) 3));
		if (this.random.nextBoolean()) {
			arena.close();
		}
	}

}
