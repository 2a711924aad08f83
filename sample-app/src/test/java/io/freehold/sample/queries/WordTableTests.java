package io.freehold.sample.queries;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.freehold.AllocationException;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.sample.FaultyAlloc;
import io.freehold.sample.queries.Words.Word;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WordTable}, with a backend that refuses every allocation once: it
 * counts right, or throws and leaves nothing.
 */
class WordTableTests {

	private static final int WORDS = 2000;

	@Test
	void whenTableGrowsOrIsRefusedShouldCountRightOrThrow() {
		boolean refused = true;
		int counted = 0;
		for (int untilFault = 0; refused; untilFault++) {
			FaultyAlloc backend = new FaultyAlloc(untilFault);
			try (ManagedAllocator root = ManagedAllocator.root(backend, (spec) -> {
			})) {
				try (Region region = root.openRegion()) {
					count(region);
					counted++;
				}
				catch (AllocationException ex) {
					assertThat(backend.hasRefused()).isTrue();
				}
				assertThat(root.budget().used()).isZero();
			}
			refused = backend.hasRefused();
			assertThat(untilFault).isLessThan(100);
		}
		assertThat(counted).isPositive();
	}

	private static void count(Region region) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < WORDS; i++) {
			text.append(1000 + i);
		}
		MemorySegment bytes = MemorySegment.ofArray(text.append("1007").toString().getBytes(StandardCharsets.US_ASCII));
		WordTable table = new WordTable(region, bytes);
		for (int i = 0; i <= WORDS; i++) {
			table.count(4 * i, 4);
		}
		assertThat(table.size()).isEqualTo(WORDS);
		assertThat(table.top(3)).isEqualTo(List.of(new Word("1007", 2), new Word("1000", 1), new Word("1001", 1)));
		assertThat(table.top(0)).isEmpty();
	}

}
