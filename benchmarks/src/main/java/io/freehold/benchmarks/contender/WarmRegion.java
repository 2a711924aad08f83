package io.freehold.benchmarks.contender;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import io.freehold.Layout;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;

import org.openjdk.jmh.infra.Blackhole;

/**
 * Lives of one region that is reset at the end of each and never closed. It belongs to
 * the thread that makes it.
 */
final class WarmRegion implements Lives {

	private final Region region;

	WarmRegion(ManagedAllocator allocator) {
		this.region = allocator.openRegion();
	}

	@Override
	public void live(int[] sizes, int from, int to, Blackhole sink) {
		for (int i = from; i < to; i++) {
			MemorySegment block = this.region.allocate(Layout.of(sizes[i], Freehold.ALIGNMENT));
			block.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
			sink.consume(block);
		}
		this.region.reset();
	}

}
