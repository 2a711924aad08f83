package io.freehold.benchmarks.contender;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.openjdk.jmh.infra.Blackhole;

/**
 * Lives of arenas of the JDK. They zero every block, there is no way around it.
 */
final class ArenaLives implements Lives {

	private final boolean shared;

	ArenaLives(boolean shared) {
		this.shared = shared;
	}

	@Override
	public void live(int[] sizes, int from, int to, Blackhole sink) {
		try (Arena arena = this.shared ? Arena.ofShared() : Arena.ofConfined()) {
			for (int i = from; i < to; i++) {
				MemorySegment block = arena.allocate(sizes[i], Freehold.ALIGNMENT);
				block.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
				sink.consume(block);
			}
		}
	}

}
