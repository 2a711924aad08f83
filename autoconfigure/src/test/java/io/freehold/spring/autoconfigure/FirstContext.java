package io.freehold.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import io.freehold.Allocator;
import io.freehold.Layout;
import io.freehold.global.Global;
import io.freehold.managed.ManagedAllocator;
import io.freehold.spring.AllocatorSpecCustomizer;
import io.freehold.spring.AllocatorTree;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A program that tells what becomes of {@link Global} in the first contexts of a JVM.
 */
final class FirstContext {

	private static final Layout LAYOUT = Layout.ofBytes(48);

	private FirstContext() {
	}

	@SuppressWarnings("SystemOut")
	public static void main(String[] arguments) {
		List<String> seen = new ArrayList<>();
		seen.add("before: " + Global.installed().isPresent());
		try (ConfigurableApplicationContext first = run("--freehold.global.limit=1MB");
				ConfigurableApplicationContext second = run("--freehold.global.backend=lent")) {
			AllocatorTree tree = first.getBean(AllocatorTree.class);
			ManagedAllocator global = tree.get("global");
			Allocator allocator = Global.allocator();
			var block = allocator.allocate(LAYOUT);
			seen.add("first: " + global.scope() + " " + global.budget().limit() + " " + global.budget().used() + " "
					+ tree.root().budget().used());
			allocator.deallocate(block, LAYOUT);
			seen.add("freed: " + tree.root().budget().used());
			seen.add("refused: " + Global.alloc(Layout.ofBytes(2 << 20)));
			seen.add("second: " + names(second));
		}
		var block = Global.allocator().allocate(LAYOUT);
		Global.allocator().deallocate(block, LAYOUT);
		seen.add("closed: still serves");
		try (ConfigurableApplicationContext third = run()) {
			seen.add("third: " + names(third));
		}
		seen.forEach(System.out::println);
	}

	private static List<String> names(ConfigurableApplicationContext context) {
		return context.getBean(AllocatorTree.class).root().children().stream().map(ManagedAllocator::name).toList();
	}

	private static ConfigurableApplicationContext run(String... arguments) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE).run(arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FreeholdAutoConfiguration.class)
	static class Application {

		@Bean
		AllocatorSpecCustomizer customizer() {
			return (spec) -> {
				if (spec.name().equals("root/global")) {
					spec.limit(1 << 20);
				}
			};
		}

	}

}
