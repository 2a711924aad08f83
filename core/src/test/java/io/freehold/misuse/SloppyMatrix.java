package io.freehold.misuse;

import io.freehold.misuse.SloppyAlloc.Sloppiness;
import io.freehold.spi.GlobalAlloc;

/**
 * The matrix for a backend that fails it: not a test, but tested.
 */
final class SloppyMatrix extends MisuseMatrixContract {

	private final GlobalAlloc backend;

	private final GlobalAlloc another;

	SloppyMatrix(OracleAlloc oracle, OracleAlloc another, Sloppiness sloppiness) {
		this.backend = new SloppyAlloc(oracle, sloppiness);
		this.another = another;
	}

	@Override
	protected GlobalAlloc backend() {
		return this.backend;
	}

	@Override
	protected GlobalAlloc anotherBackend() {
		return this.another;
	}

}
