package io.freehold.conformance;

import java.util.EnumSet;
import java.util.Set;

import io.freehold.Allocator;
import io.freehold.MisuseException.Kind;
import io.freehold.backend.Backends;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;

import org.jspecify.annotations.Nullable;

/**
 * A borrowed view of a managed allocator keeps the contract and sees all misuse.
 */
class BorrowedManagedTests extends BackedAllocatorContract {

	private @Nullable ManagedAllocator owner;

	BorrowedManagedTests() {
		super(Backends.get("system"));
	}

	@Override
	Allocator over(GlobalAlloc backend) {
		ManagedAllocator root = ManagedAllocator.root(backend, (_) -> {
		});
		this.owner = root;
		return root.byRef();
	}

	@Override
	void close(Allocator allocator) {
		if (this.owner != null) {
			this.owner.close();
		}
	}

	@Override
	public Set<Kind> detectedMisuse() {
		return EnumSet.allOf(Kind.class);
	}

}
