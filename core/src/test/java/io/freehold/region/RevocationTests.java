package io.freehold.region;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.backend.Backends;
import io.freehold.internal.Revocable;
import io.freehold.internal.Revocable.Outcome;
import io.freehold.managed.Race;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A region that is revoked while a call is in flight tells so, whatever becomes of that
 * call afterwards.
 */
class RevocationTests {

	private static final Layout LAYOUT = Layout.ofBytes(16);

	private final Source source = new Source();

	private final Region region = Region.shared(this.source);

	private final Revocable revocable = (Revocable) this.region;

	@Test
	void tryRevoke_otherThreadIsInTheRegion_isBusyUntilItHasLeft() {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch go = new CountDownLatch(1);
		this.source.onTake(() -> {
			inside.countDown();
			await(go);
		});
		Thread user = new Thread(() -> this.region.allocate(LAYOUT));
		user.start();
		await(inside);
		assertThat(this.revocable.tryRevoke()).isEqualTo(Outcome.BUSY);
		go.countDown();
		Race.join(user);
		assertThat(this.revocable.tryRevoke()).isEqualTo(Outcome.REVOKED);
		assertThat(this.revocable.tryRevoke()).isEqualTo(Outcome.REVOKED);
	}

	@Test
	void tryRevoke_byTheSource_isHeld() {
		AtomicReference<@Nullable Outcome> outcome = new AtomicReference<>();
		this.source.onTake(() -> outcome.set(this.revocable.tryRevoke()));
		this.region.allocate(LAYOUT);
		assertThat(outcome).hasValue(Outcome.HELD);
		assertThat(this.revocable.tryRevoke()).isEqualTo(Outcome.REVOKED);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Gives chunks, after it has run something. */
	private static final class Source implements ChunkSource {

		private final GlobalAlloc backend = Backends.get("system");

		private final AtomicReference<@Nullable Runnable> onTake = new AtomicReference<>();

		void onTake(Runnable action) {
			this.onTake.set(action);
		}

		@Override
		public String name() {
			return "source";
		}

		@Override
		public long chunkSize() {
			return 1024;
		}

		@Override
		public long take(long size, long alignment) {
			Runnable action = this.onTake.getAndSet(null);
			if (action != null) {
				action.run();
			}
			return this.backend.allocate(size, alignment);
		}

		@Override
		public void give(long address, long size, long alignment) {
			this.backend.deallocate(address, size, alignment);
		}

		@Override
		public AllocationException refusal(Layout layout) {
			return new AllocationException("source", layout, Reason.EXHAUSTED, "on purpose");
		}

		@Override
		public void closed() {
		}

		@Override
		public void closeLater(BooleanSupplier attempt) {
		}

	}

}
