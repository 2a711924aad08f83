package io.freehold.benchmarks.spring;

import java.lang.foreign.MemorySegment;
import java.util.List;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.benchmarks.Workload;
import io.freehold.benchmarks.contender.Freehold;
import io.freehold.managed.Heap;
import io.freehold.managed.ManagedAllocator;
import io.freehold.region.Region;
import io.freehold.spring.AllocatorTree;
import io.freehold.spring.MemoryLimit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The bean of a scope beside the allocator it stands for. A scope is entered once for
 * many blocks: what is measured is the time for each of them, and the difference is what
 * the bean adds.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // by JMH
public class ScopeBean extends Workload {

	private static final int BLOCKS = 1000;

	private static final Layout LAYOUT = Layout.of(64, 8);

	/** Who provides the scope. */
	@Param
	public Scoped scope;

	private ManagedAllocator node;

	private Heap heap;

	private Allocator bean;

	private Scoped.Entry entry;

	@Setup
	public void prepare() {
		AllocatorTree tree = new AllocatorTree(Freehold.backend(), List.of(), (spec) -> spec.limit(1L << 30));
		this.node = tree.addScope("scope", MemoryLimit.valueOf("512MB"), MemoryLimit.valueOf("16MB"));
		this.heap = this.node.openHeap();
		this.entry = this.scope.entry(this.node);
		this.bean = this.entry.bean();
	}

	@Benchmark
	@OperationsPerInvocation(BLOCKS)
	public void bean(Blackhole sink) throws Exception {
		this.entry.run(() -> use(this.bean, sink));
	}

	@Benchmark
	@OperationsPerInvocation(BLOCKS)
	public void direct(Blackhole sink) {
		if (this.scope == Scoped.SESSION) {
			use(this.heap, sink);
			return;
		}
		try (Region region = this.node.openRegion()) {
			use(region, sink);
		}
	}

	/** Blocks of a session are freed one by one, others all together. */
	private void use(Allocator allocator, Blackhole sink) {
		boolean freed = this.scope == Scoped.SESSION;
		for (int i = 0; i < BLOCKS; i++) {
			MemorySegment block = allocator.allocate(LAYOUT);
			sink.consume(block);
			if (freed) {
				allocator.deallocate(block, LAYOUT);
			}
		}
	}

}
