package io.freehold.region;

import java.util.Objects;

import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Lifetime.Oversized;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Blocks with chunks of their own are in one lifetime at a time.
 */
class LifetimeTests {

	private static final Layout LAYOUT = Layout.of(100_000, 8);

	private final ManagedAllocator root = ManagedAllocator.root(Backends.get("system"), (_) -> {
	});

	private final BumpRegion region = (BumpRegion) this.root.openRegion();

	private final Lifetime holder = Lifetime.ofRegion(this.region);

	private final Lifetime heir = Lifetime.ofRegion(this.region);

	@AfterEach
	void close() {
		this.region.close();
		this.root.close();
		assertThat(this.root.isClosed()).isTrue();
	}

	@Test
	void adopt_takesTheBlockOver() {
		long address = this.holder.placeOversized(LAYOUT);
		Oversized block = Objects.requireNonNull(this.holder.findOversized(address));
		Oversized shrunk = block.shrunk(Layout.of(50_000, 8));
		this.heir.adopt(shrunk, this.holder, block);
		assertThat(this.holder.findOversized(address)).isNull();
		assertThat(this.heir.findOversized(address)).isEqualTo(shrunk);
		this.heir.giveOversized(shrunk);
		assertThat(this.root.budget().used()).isZero();
	}

	@Test
	void adopt_holderFails_isNotInTheHeir() {
		Oversized unknown = new Oversized(4096, LAYOUT, LAYOUT);
		assertThatExceptionOfType(IndexOutOfBoundsException.class)
			.isThrownBy(() -> this.heir.adopt(unknown, this.holder, unknown));
		assertThat(this.heir.findOversized(4096)).isNull();
	}

}
