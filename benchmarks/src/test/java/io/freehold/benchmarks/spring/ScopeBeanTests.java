package io.freehold.benchmarks.spring;

import java.lang.foreign.MemorySegment;

import io.freehold.Layout;
import io.freehold.benchmarks.contender.Freehold;
import io.freehold.managed.ManagedAllocator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.infra.Blackhole;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The scopes that are measured are those that Spring has.
 */
class ScopeBeanTests {

	private final Blackhole sink = new Blackhole(
			"Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

	@ParameterizedTest
	@EnumSource
	void bean_inScope(Scoped scope) throws Exception {
		ManagedAllocator root = ManagedAllocator.root(Freehold.backend(), (spec) -> {
		});
		Scoped.Entry entry = scope.entry(root);
		MemorySegment[] block = new MemorySegment[1];
		entry.run(() -> block[0] = entry.bean().allocate(Layout.ofBytes(16)).fill((byte) 1));
		assertThat(root.stats().regionsOpened()).isOne();
		assertThat(block[0].scope().isAlive()).isEqualTo(scope == Scoped.SESSION);
		root.close();
	}

	@ParameterizedTest
	@EnumSource
	void workload_runsOnce(Scoped scope) throws Exception {
		ScopeBean workload = new ScopeBean();
		workload.scope = scope;
		workload.prepare();
		workload.bean(this.sink);
		workload.direct(this.sink);
	}

	@Test
	void passage_runsOnce() throws Exception {
		RequestPassage workload = new RequestPassage();
		workload.prepare();
		workload.without(this.sink);
		workload.withFilters(this.sink);
	}

}
