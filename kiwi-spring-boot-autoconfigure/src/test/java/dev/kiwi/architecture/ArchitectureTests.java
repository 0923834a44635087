package dev.kiwi.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;

import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules that keep the packages of all modules apart.
 */
class ArchitectureTests {

	private static final JavaClasses classes = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.kiwi");

	@Test
	void seesTheClassesOfEveryModule() {
		assertThat(classes).extracting(JavaClass::getPackageName)
			.contains("dev.kiwi", "dev.kiwi.amqp", "dev.kiwi.jdbc", "dev.kiwi.test", "dev.kiwi.boot.autoconfigure");
	}

	@Test
	void packagesAreFreeOfCycles() {
		check(slices().matching("dev.(**)").namingSlices("dev.$1").should().beFreeOfCycles());
	}

	@Test
	void everyPackageIsNullMarkedButTheOneThatNeedsTheJdkAlone() {
		check(classes().that()
			.resideOutsideOfPackage("dev.kiwi.annotation")
			.should(be(DescribedPredicate.describe("in a @NullMarked package",
					(JavaClass type) -> type.getPackage().isAnnotatedWith(NullMarked.class)))));
	}

	@Test
	void coreKnowsNeitherSpringNorAmqpNorJdbc() {
		check(noClasses().that()
			.resideInAnyPackage("dev.kiwi", "dev.kiwi.annotation..", "dev.kiwi.codec..", "dev.kiwi.transport..",
					"dev.kiwi.engine..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "com.rabbitmq..", "javax.sql..", "java.sql.."));
	}

	@Test
	void contractKnowsNoneOfItsSiblings() {
		check(noClasses().that()
			.resideInAPackage("dev.kiwi")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.kiwi.*.."));
	}

	@Test
	void annotationsKnowTheJdkOnly() {
		check(classes().that()
			.resideInAPackage("dev.kiwi.annotation..")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify.annotations", "dev.kiwi.annotation..")
			.allowEmptyShould(true));
	}

	@Test
	void transportsDoNotKnowTheEngine() {
		check(noClasses().that()
			.resideInAPackage("dev.kiwi.transport..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.kiwi.engine..")
			.allowEmptyShould(true));
	}

	@Test
	void onlyTheAmqpTransportKnowsTheRabbitClient() {
		check(noClasses().that()
			.resideOutsideOfPackage("dev.kiwi.amqp..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.rabbitmq.."));
	}

	@Test
	void onlyTheAmqpTransportAndItsAutoConfigurationKnowSpringAmqp() {
		check(noClasses().that()
			.resideOutsideOfPackages("dev.kiwi.amqp..", "dev.kiwi.boot.autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.amqp.."));
	}

	@Test
	void onlyTheJdbcTransportItsAutoConfigurationAndFixturesKnowDatabases() {
		check(noClasses().that()
			.resideOutsideOfPackages("dev.kiwi.jdbc..", "dev.kiwi.boot.autoconfigure..", "dev.kiwi.test.database..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("javax.sql..", "java.sql..", "org.springframework.jdbc..", "org.postgresql..",
					"org.h2.."));
	}

	@Test
	void autoConfigurationsArePublicFinalAndListed() {
		var listed = ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()).getCandidates();
		check(classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould(be(DescribedPredicate.describe("listed in AutoConfiguration.imports",
					(JavaClass type) -> listed.contains(type.getName()))))
			.allowEmptyShould(true));
	}

	@Test
	void listenersDoNotKnowSpringBoot() {
		check(noClasses().that()
			.resideInAPackage("dev.kiwi.boot.listener..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot..")
			.allowEmptyShould(true));
	}

	private static void check(ArchRule rule) {
		rule.check(classes);
	}

}
