package io.freehold.spring.autoconfigure;

import io.freehold.backend.Backends;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spi.GlobalAlloc;
import io.freehold.spring.AllocatorTree;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A program that installs a backend for {@link Global} before its context starts.
 */
final class InstalledGlobal {

	private InstalledGlobal() {
	}

	@SuppressWarnings("SystemOut")
	public static void main(String[] arguments) {
		GlobalAlloc system = Backends.get("system");
		Global.install(system);
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(GlobalContexts.Application.class)
			.web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off")) {
			System.out.println("installed: " + (Global.installed().orElseThrow() == system) + " "
					+ context.getBean(AllocatorTree.class)
						.root()
						.children()
						.stream()
						.map(ManagedAllocator::name)
						.toList());
			System.out.println("holders: " + Global.holders());
		}
	}

}
