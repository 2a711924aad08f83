package io.freehold.managed;

import java.util.function.BooleanSupplier;

import io.freehold.AllocationException;
import io.freehold.AllocationException.Reason;
import io.freehold.Layout;
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

	/** Why the last chunk was refused. Guarded by the region. */
	private Reason lastRefusal = Reason.EXHAUSTED;

	RegionLease(Node node) {
		this.node = node;
	}

	Region open(boolean shared) {
		Region region = shared ? Region.shared(this) : Region.confined(this);
		this.region = (Revocable) region;
		return region;
	}

	@Override
	boolean tryRevoke() {
		return this.region == null || this.region.tryRevoke();
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

	long used() {
		return this.used;
	}

	@Override
	public void give(long address, long size, long alignment) {
		this.used -= size;
		this.node.ending.chunkReturned(size);
		this.node.gate.giveChunk(address, size, alignment);
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
