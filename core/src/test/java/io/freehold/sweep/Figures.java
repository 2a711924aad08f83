package io.freehold.sweep;

/**
 * All figures that an operation may change.
 *
 * @param used bytes of the tree
 * @param nodeUsed bytes of the allocator in it that is worked on
 * @param blocks live blocks of that allocator
 * @param bytes live bytes of that allocator
 * @param heap bytes of the heap
 * @param regions open regions and heaps
 * @param children open children
 * @param limit the limit
 * @param backend live bytes of the backend
 */
record Figures(long used, long nodeUsed, long blocks, long bytes, long heap, long regions, long children, long limit,
		long backend) {

	Figures minus(Figures other) {
		return new Figures(this.used - other.used, this.nodeUsed - other.nodeUsed, this.blocks - other.blocks,
				this.bytes - other.bytes, this.heap - other.heap, this.regions - other.regions,
				this.children - other.children, this.limit - other.limit, this.backend - other.backend);
	}

	Figures withBackend(long bytes) {
		return new Figures(this.used, this.nodeUsed, this.blocks, this.bytes, this.heap, this.regions, this.children,
				this.limit, bytes);
	}

	Figures plus(Figures other) {
		return minus(new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0).minus(other));
	}

}
