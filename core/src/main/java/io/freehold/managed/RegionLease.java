package io.freehold.managed;

import java.util.function.BooleanSupplier;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
import io.freehold.budget.BudgetAccount;
import io.freehold.internal.Revocable;
import io.freehold.region.ChunkSource;
import io.freehold.region.Region;

import org.jspecify.annotations.Nullable;

/**
 * A region's tie to the allocator it was opened on: chunks pass its gate like any block.
 */
final class RegionLease implements ChunkSource {

	private final Node node;

	private final BudgetAccount account;

	private final long chunkSize;

	/** Set before the lease is shared. */
	private @Nullable Revocable region;

	/** Why the last chunk was refused. Guarded by the region, like all calls of it. */
	private Reason lastRefusal = Reason.EXHAUSTED;

	RegionLease(Node node, BudgetAccount account, long chunkSize) {
		this.node = node;
		this.account = account;
		this.chunkSize = chunkSize;
	}

	Region open(boolean shared) {
		Region region = shared ? Region.shared(this) : Region.confined(this);
		this.region = (Revocable) region;
		return region;
	}

	boolean tryRevoke() {
		return this.region == null || this.region.tryRevoke();
	}

	@Override
	public String name() {
		return this.node.name();
	}

	@Override
	public long chunkSize() {
		return this.chunkSize;
	}

	@Override
	public long take(long size, long alignment) {
		long address = this.node.gate.tryTakeChunk(size, alignment, this.account);
		if (address > 0) {
			return address;
		}
		this.lastRefusal = Gate.reason(address);
		return 0;
	}

	@Override
	public AllocationException refusal(Layout layout) {
		return this.node.gate.failure(layout, this.lastRefusal, this.account);
	}

	@Override
	public void give(long address, long size, long alignment) {
		this.node.ending.chunkReturned(size);
		this.node.gate.giveChunk(address, size, alignment, this.account);
	}

	@Override
	public void closed() {
		this.node.closed(this);
	}

	@Override
	public void closeLater(BooleanSupplier attempt) {
		PendingClose.retry(attempt);
	}

}
