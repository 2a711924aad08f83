package io.freehold.conformance;

import java.util.ArrayList;
import java.util.List;

import io.freehold.Allocator;
import io.freehold.backend.Backends;
import io.freehold.contract.FaultSweepContract;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

import org.junit.jupiter.api.Nested;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The allocator over a managed child that is spoken to in raw addresses keeps the
 * contract, and the tree counts along.
 */
class GlobalOverManagedTests extends BackedAllocatorContract {

	private final Trees trees = new Trees();

	GlobalOverManagedTests() {
		super(Backends.get("system"));
	}

	@Override
	Allocator over(GlobalAlloc backend) {
		return this.trees.over(backend);
	}

	@Override
	void close(Allocator allocator) {
		this.trees.close();
	}

	@Nested
	class Refused extends FaultSweepContract {

		private final Trees trees = new Trees();

		@Override
		protected GlobalAlloc backend() {
			return Backends.get("system");
		}

		@Override
		protected Allocator over(GlobalAlloc backend) {
			return this.trees.over(backend);
		}

		@Override
		protected void close(Allocator allocator) {
			this.trees.close();
		}

	}

	/** The roots of the trees that are open. */
	private static final class Trees {

		private final List<ManagedAllocator> roots = new ArrayList<>();

		Allocator over(GlobalAlloc backend) {
			ManagedAllocator root = ManagedAllocator.root(backend, (_) -> {
			});
			this.roots.add(root);
			return Global.over(root.childBackend("global", (_) -> {
			}));
		}

		void close() {
			this.roots.forEach((root) -> assertThat(root.budget().used()).isZero());
			this.roots.forEach(ManagedAllocator::close);
			this.roots.clear();
		}

	}

}
