package io.freehold.benchmarks.contender;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import org.jspecify.annotations.Nullable;

/**
 * Binds functions of the shape of {@code malloc} and {@code free}. The handles are to be
 * kept in static final fields, where they are constants to the compiler.
 */
@SuppressWarnings("restricted")
final class Downcalls {

	private static final FunctionDescriptor MALLOC = FunctionDescriptor.of(ValueLayout.JAVA_LONG,
			ValueLayout.JAVA_LONG);

	private static final FunctionDescriptor FREE = FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG);

	private Downcalls() {
	}

	static MethodHandle malloc(SymbolLookup library, String name, Linker.Option... options) {
		// SAFETY: a function of one size_t that returns a pointer
		return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), MALLOC, options);
	}

	static MethodHandle free(SymbolLookup library, String name, Linker.Option... options) {
		// SAFETY: a function of one pointer that returns nothing
		return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), FREE, options);
	}

	/**
	 * Returns the functions of a library that is bundled in an artifact.
	 * @throws UnsupportedOperationException if it is not on the class path
	 */
	static SymbolLookup bundled(String path) {
		try (@Nullable
		InputStream library = Downcalls.class.getClassLoader().getResourceAsStream(path)) {
			if (library == null) {
				throw new UnsupportedOperationException("no library for this platform: " + path);
			}
			Path copy = Files.createTempFile("freehold-benchmarks", ".so");
			Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
			// SAFETY: the bundled allocators do nothing when they are loaded
			SymbolLookup lookup = SymbolLookup.libraryLookup(copy, Arena.global());
			Files.delete(copy);
			return lookup;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static AssertionError failed(Throwable cause) {
		return new AssertionError("a downcall threw", cause);
	}

}
