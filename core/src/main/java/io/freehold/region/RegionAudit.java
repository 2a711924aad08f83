package io.freehold.region;

import java.lang.foreign.MemorySegment;

import io.freehold.Layout;
import io.freehold.MisuseException;
import io.freehold.MisuseException.Kind;
import io.freehold.internal.Memory;
import io.freehold.region.ChunkStock.Chunk;
import io.freehold.region.Lifetime.Oversized;

import org.jspecify.annotations.Nullable;

/**
 * Finds the block a caller means when it is not simply one of the top chunk, or says what
 * is wrong with it.
 *
 * @param name the region's name, for messages
 * @param chunks the region's chunks
 * @param lifetime the region's current lifetime
 */
record RegionAudit(String name, Chunks chunks, Lifetime lifetime) {

	/**
	 * Returns the record of a block with a chunk of its own, null for a block in a chunk
	 * with others.
	 */
	@Nullable Oversized find(MemorySegment block, Layout layout, Kind ifEnded) {
		long address = block.address();
		if (!block.scope().isAlive()) {
			throw misuse(ifEnded, block, (ifEnded == Kind.ALLOCATOR_CLOSED) ? "it was freed when the region closed"
					: "its lifetime has ended");
		}
		boolean ours = false;
		for (Lifetime current = this.lifetime; current != null; current = current.below) {
			Oversized oversized = current.findOversized(address);
			if (oversized != null) {
				return require(oversized, block, layout);
			}
			ours |= current.owns(block);
		}
		Chunk chunk = this.chunks.find(address);
		if (chunk == null) {
			if (!ours && ifEnded == Kind.ALLOCATOR_CLOSED && !Memory.revokes()) {
				throw misuse(ifEnded, block, "it was freed when the region closed, unless it never was a block of it");
			}
			throw ours ? misuse(ifEnded, block, "it was freed before")
					: misuse(Kind.UNKNOWN_BLOCK, block, "it lies in no chunk of this region");
		}
		long end = (chunk == this.chunks.top()) ? this.chunks.cursor() : chunk.end();
		if (address >= end) {
			throw misuse(ifEnded, block, "it was freed before");
		}
		if (layout.size() > end - address || (address & (layout.alignment() - 1)) != 0) {
			throw misuse(Kind.LAYOUT_MISMATCH, block, "it cannot have the layout " + layout);
		}
		return null;
	}

	private Oversized require(Oversized oversized, MemorySegment block, Layout layout) {
		Layout recorded = oversized.block();
		if (block.address() != oversized.address()) {
			throw misuse(Kind.INTERIOR_POINTER, block, "it points into the block of " + recorded.size() + " bytes at 0x"
					+ Long.toHexString(oversized.address()));
		}
		if (!layout.equals(recorded)) {
			throw misuse(Kind.LAYOUT_MISMATCH, block,
					"it has size " + recorded.size() + " and alignment " + recorded.alignment()
							+ ", but was given back with size " + layout.size() + " and alignment "
							+ layout.alignment());
		}
		return oversized;
	}

	private MisuseException misuse(Kind kind, MemorySegment block, String what) {
		return new MisuseException(kind,
				this.name + ": the block at 0x" + Long.toHexString(block.address()) + " is refused: " + what);
	}

}
