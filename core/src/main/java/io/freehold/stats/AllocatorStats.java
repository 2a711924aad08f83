package io.freehold.stats;

import java.util.EnumMap;
import java.util.Map;

import io.freehold.AllocationException.Reason;

/**
 * What one allocator has done since it was created, its descendants not included: a
 * snapshot. Each figure is exact; figures that change while the snapshot is taken may be
 * of slightly different moments.
 *
 * <p>
 * A block that is resized counts as one reallocation; what it gains counts as allocated
 * bytes, what it loses as deallocated bytes. A chunk of a region counts as a block; what
 * is carved from it does not. A heap counts as a region, and each of its blocks as a
 * block. Refused calls count as failures and nothing else; only a block of up to 64 KiB
 * counts as allocated while the backend is asked for it.
 *
 * @param allocations blocks allocated
 * @param deallocations blocks freed, by callers or because the allocator closed
 * @param reallocations blocks resized
 * @param allocatedBytes bytes allocated in all
 * @param deallocatedBytes bytes freed in all
 * @param regionsOpened regions and heaps opened
 * @param regionsClosed regions and heaps closed
 * @param leakedBlocks blocks that were still live when this allocator or one of its
 * descendants closed, unless that was to be expected of it; what a child leaked counts
 * here once it has closed
 * @param leakedBytes the bytes of those
 * @param failures requests refused, by reason; a reason that did not occur is absent
 */
public record AllocatorStats(long allocations, long deallocations, long reallocations, long allocatedBytes,
		long deallocatedBytes, long regionsOpened, long regionsClosed, long leakedBlocks, long leakedBytes,
		Map<Reason, Long> failures) {

	/**
	 * Creates a snapshot.
	 */
	public AllocatorStats {
		failures = Map.copyOf(failures);
	}

	/**
	 * Returns how many blocks are live; of a difference, by how many they became more.
	 * @return blocks
	 */
	public long liveBlocks() {
		return this.allocations - this.deallocations;
	}

	/**
	 * Returns how many bytes are live; of a difference, by how many they became more.
	 * @return bytes
	 */
	public long liveBytes() {
		return this.allocatedBytes - this.deallocatedBytes;
	}

	/**
	 * Returns how many regions are open; of a difference, by how many they became more.
	 * @return regions
	 */
	public long openRegions() {
		return this.regionsOpened - this.regionsClosed;
	}

	/**
	 * Returns how many requests were refused for a reason.
	 * @param reason the reason
	 * @return requests
	 */
	public long failures(Reason reason) {
		return this.failures.getOrDefault(reason, 0L);
	}

	/**
	 * Returns what happened between an earlier snapshot of the same allocator and this
	 * one.
	 * @param earlier the earlier snapshot
	 * @return the differences, figure by figure
	 */
	public AllocatorStats minus(AllocatorStats earlier) {
		return plus(earlier, -1);
	}

	/**
	 * Returns the sum of two snapshots, of different allocators.
	 * @param other the other snapshot
	 * @return the sums, figure by figure
	 */
	public AllocatorStats plus(AllocatorStats other) {
		return plus(other, 1);
	}

	private AllocatorStats plus(AllocatorStats other, long sign) {
		Map<Reason, Long> sums = new EnumMap<>(Reason.class);
		for (Reason reason : Reason.values()) {
			long sum = failures(reason) + sign * other.failures(reason);
			if (sum != 0) {
				sums.put(reason, sum);
			}
		}
		return new AllocatorStats(this.allocations + sign * other.allocations,
				this.deallocations + sign * other.deallocations, this.reallocations + sign * other.reallocations,
				this.allocatedBytes + sign * other.allocatedBytes,
				this.deallocatedBytes + sign * other.deallocatedBytes, this.regionsOpened + sign * other.regionsOpened,
				this.regionsClosed + sign * other.regionsClosed, this.leakedBlocks + sign * other.leakedBlocks,
				this.leakedBytes + sign * other.leakedBytes, sums);
	}

}
