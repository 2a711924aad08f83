package io.freehold.misuse;

import java.util.List;

import io.freehold.misuse.SloppyAlloc.Sloppiness;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * The matrix fails backends that see a misuse and do the wrong thing.
 */
class MisuseDetectionTests {

	private final OracleAlloc oracle = new OracleAlloc(1 << 28);

	private final OracleAlloc another = new OracleAlloc(1 << 24);

	@AfterEach
	void close() {
		this.oracle.close();
		this.another.close();
	}

	private SloppyMatrix matrix(Sloppiness sloppiness) {
		return new SloppyMatrix(this.oracle, this.another, sloppiness);
	}

	@Test
	void matrix_silentOrKindless_failsEverywhere() {
		for (Sloppiness sloppiness : List.of(Sloppiness.SILENT, Sloppiness.KINDLESS)) {
			for (long size : new long[] { 1, 1000, 300_000 }) {
				fails(() -> matrix(sloppiness).free_twice(size));
				fails(() -> matrix(sloppiness).free_interleaved(size));
				fails(() -> matrix(sloppiness).free_delayed(size));
				fails(() -> matrix(sloppiness).free_onAnotherThread(size));
				fails(() -> matrix(sloppiness).free_freedByAnotherThread(size));
				fails(() -> matrix(sloppiness).anyCall_impossibleAddress(size));
				fails(() -> matrix(sloppiness).anyCall_wildAddress(size));
				fails(() -> matrix(sloppiness).anyCall_wrongAddress(size));
				fails(() -> matrix(sloppiness).anyCall_foreignMemory(size));
				fails(() -> matrix(sloppiness).anyCall_wrongLayout(size));
				fails(() -> matrix(sloppiness).free_lowerAlignment(size));
				fails(() -> matrix(sloppiness).reallocate_freed(size));
				fails(() -> matrix(sloppiness).anyCall_movedBlock(size));
				fails(() -> matrix(sloppiness).free_byTwoAtOnce(size));
				fails(() -> matrix(sloppiness).freeAndReallocate_atOnce(size));
				fails(() -> matrix(sloppiness).scribble_liveBlocks(size));
				fails(() -> matrix(sloppiness).scribble_freedBlocks(size));
			}
		}
	}

	@Test
	void matrix_refusalFrees_fails() {
		fails(() -> {
			SloppyMatrix matrix = matrix(Sloppiness.FREES_ANYWAY);
			matrix.anyCall_wrongLayout(100);
			matrix.goesOn();
		});
	}

	@Test
	void matrix_refusalWrites_fails() {
		fails(() -> matrix(Sloppiness.WRITES_ANYWAY).anyCall_wrongLayout(100));
	}

	private static void fails(ThrowingCallable test) {
		assertThatThrownBy(test).isInstanceOf(AssertionError.class);
	}

}
