package io.freehold.misuse;

import io.freehold.spi.GlobalAlloc;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The matrix asks for nothing that a complete record could not answer.
 */
class OracleMisuseTests extends MisuseMatrixContract {

	private final OracleAlloc backend = new OracleAlloc(1L << 30);

	private final OracleAlloc another = new OracleAlloc(1L << 27);

	@Override
	protected GlobalAlloc backend() {
		return this.backend;
	}

	@Override
	protected GlobalAlloc anotherBackend() {
		return this.another;
	}

	@Override
	protected boolean staysMapped(long size) {
		return true;
	}

	@Override
	protected void verifyValid() {
		assertThat(this.backend.isValid()).isTrue();
	}

	@Override
	protected void verifyAllFreed() {
		assertThat(this.backend.live()).isZero();
		assertThat(this.another.live()).isZero();
		this.backend.close();
		this.another.close();
	}

}
