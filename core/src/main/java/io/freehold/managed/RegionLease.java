package io.freehold.managed;

import java.util.function.BooleanSupplier;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.budget.Budget;
import io.freehold.internal.Revocable;
import io.freehold.region.ChunkSource;
import io.freehold.region.Region;

import org.jspecify.annotations.Nullable;

/**
 * A region's tie to the allocator it was opened on: chunks pass its gate like any block.
 */
final class RegionLease extends Lease implements ChunkSource {

	private final Node node;

	/**
	 * The bytes of the region's chunks, kept apart from the node's books: nobody else
	 * reserves below the region's limit. Guarded by the region, like all calls of it.
	 */
	private long used;

	/** Set before the lease is shared. */
	private @Nullable Revocable region;

	/** Completes the close of a shared region. Set before the lease is shared. */
	private @Nullable RegionClose close;

	/** Why the last chunk was refused. Guarded by the region. */
	private Reason lastRefusal = Reason.EXHAUSTED;

	RegionLease(Node node) {
		this.node = node;
	}

	Region open(boolean shared) {
		Region region = shared ? Region.shared(this) : Region.confined(this);
		Revocable revocable = (Revocable) region;
		this.region = revocable;
		this.close = shared ? new RegionClose(revocable) : null;
		return region;
	}

	@Override
	PendingClose.Outcome tryRevoke() {
		Revocable region = this.region;
		return (region != null) ? tryRevoke(region) : PendingClose.Outcome.DONE;
	}

	private static PendingClose.Outcome tryRevoke(Revocable region) {
		Revocable.Outcome outcome = region.tryRevoke();
		if (outcome == Revocable.Outcome.REVOKED) {
			return PendingClose.Outcome.DONE;
		}
		return (outcome == Revocable.Outcome.BUSY) ? PendingClose.Outcome.BUSY : PendingClose.Outcome.HELD;
	}

	/** Says in words which limits are in the way. */
	String limitExceeded(long asked) {
		StringBuilder text = Refusal.begin();
		if (limit() != Budget.UNLIMITED) {
			Refusal.level(text, name() + " region", limit(), this.used, asked);
		}
		this.node.describeLimits(text, asked);
		return text.toString();
	}

	@Override
	public String name() {
		return this.node.name();
	}

	@Override
	public long chunkSize() {
		return this.node.regionChunkSize;
	}

	@Override
	public long take(long size, long alignment) {
		if (size > limit() - this.used) {
			this.lastRefusal = this.node.gate.reasonBeyondLimit(size, alignment);
			return 0;
		}
		long address = this.node.gate.tryTakeChunk(size, alignment);
		if (address > 0) {
			this.used += size;
			return address;
		}
		this.lastRefusal = Gate.reason(address);
		return 0;
	}

	@Override
	public AllocationException refusal(Layout layout) {
		return this.node.gate.failure(layout, this.lastRefusal, this);
	}

	long limit() {
		return this.node.limitPerRegion;
	}

	@Override
	public void give(long address, long size, long alignment) {
		this.node.gate.giveChunk(address, size, alignment);
		this.used -= size;
		this.node.ending.chunkReturned(size);
	}

	@Override
	public void closed() {
		this.node.closed(this);
	}

	@Override
	public void closeLater(BooleanSupplier attempt) {
		RegionClose close = this.close;
		if (close != null) {
			close.retryLater();
		}
	}

	/** The close of a shared region that had to wait. */
	private static final class RegionClose extends PendingClose {

		private final Revocable region;

		RegionClose(Revocable region) {
			this.region = region;
		}

		@Override
		Outcome attempt() {
			return tryRevoke(this.region);
		}

	}

}
