package io.freehold.spring.scope.reactive;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.contract.AllocatorContract;
import io.freehold.spring.AllocatorTree;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What reactive requests get keeps the contract of allocators.
 */
class ExchangeMemoryContractTests extends AllocatorContract {

	private final AllocatorTree tree = new AllocatorTree(Backends.get("system"), List.of(), (spec) -> {
	});

	private final ExchangeMemory memory = new ExchangeMemory(this.tree.add("request", (spec) -> {
	}));

	@Override
	public Allocator allocator() {
		return this.memory;
	}

	@Override
	public Set<Kind> detectedMisuse() {
		return EnumSet.of(Kind.UNKNOWN_BLOCK, Kind.DOUBLE_FREE, Kind.USE_AFTER_FREE);
	}

	@Override
	public boolean freesIndividually() {
		return false;
	}

	@Override
	public void verifyAllFreed() {
		this.memory.close();
		assertThat(this.tree.root().budget().used()).isZero();
		this.tree.close();
	}

}
