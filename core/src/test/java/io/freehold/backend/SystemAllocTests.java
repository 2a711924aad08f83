package io.freehold.backend;

import io.freehold.spi.GlobalAlloc;
import io.freehold.spi.MemoryUsage;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What is special about the backend {@code system}; the contract suite does the rest.
 */
class SystemAllocTests {

	private final GlobalAlloc system = Backends.get("system");

	@Test
	@DisplayName("G10 a request for no or negative bytes is reported with the value")
	void allocate_notPositive_reported() {
		for (long size : new long[] { 0, -1 }) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.system.allocate(size, 8))
				.withMessage("size must be positive: " + size);
			assertThatIllegalArgumentException().isThrownBy(() -> this.system.allocateZeroed(size, 4096))
				.withMessage("size must be positive: " + size);
		}
	}

	@Test
	@DisplayName("G16 blocks move between the plain and the aligned functions and stay aligned")
	void reallocate_acrossPlainAndAligned_staysAligned() {
		for (long alignment : new long[] { 2, 8, 16 }) {
			long block = this.system.allocate(1, alignment);
			for (long[] sizes : new long[][] { { 1, 100 }, { 100, 1 }, { 1, 2 }, { 2, 1000 } }) {
				block = this.system.reallocate(block, sizes[0], alignment, sizes[1]);
				assertThat(block).isNotZero();
				assertThat(block % alignment).isZero();
			}
			this.system.deallocate(block, 1000, alignment);
		}
	}

	@Test
	@DisplayName("G05 the backend prints as its name, and its provider is available")
	void provider_available_namedAlike() {
		SystemAllocProvider provider = new SystemAllocProvider();
		assertThat(provider.availability().available()).isTrue();
		assertThat(provider.name()).isEqualTo(this.system.name()).isEqualTo("system");
		assertThat(this.system).hasToString("system");
	}

	@Test
	@DisplayName("G05 where the C library tells, memory in use is measured")
	void usage_measured_plausible() {
		if (this.system instanceof MemoryUsage usage) {
			long size = 64 << 20;
			long before = usage.committedBytes();
			long block = this.system.allocate(size, 8);
			assertThat(usage.committedBytes()).isGreaterThanOrEqualTo(size).isGreaterThan(before);
			assertThat(usage.cachedBytes()).isNotNegative();
			this.system.deallocate(block, size, 8);
		}
		else {
			assertThat(System.getProperty("os.name")).as("a system whose C library does not tell")
				.isNotEqualTo("Linux");
		}
	}

}
