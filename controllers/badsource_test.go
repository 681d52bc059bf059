package controllers_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	intralinkssim "dataroom.dev/intralinks-operator/internal/simulator/intralinks"
)

func fromExchange(name string) func(*v1alpha1.FolderSync) {
	return func(s *v1alpha1.FolderSync) { s.Spec.Source.Exchange.Name = name }
}

func TestAnExchangeThatIsNotThereIsExplained(t *testing.T) {
	w := newWorld(t)
	w.createAll(fromExchange("Project Herring"))
	w.says(contracts, v1alpha1.ExchangeNotFoundReason, false,
		`"Project Herring"`, "among the 1", "status.exchanges", "ask the exchange's manager")
}

func TestAnExchangeIDThatIsNotThereIsExplained(t *testing.T) {
	w := newWorld(t)
	unknown := int64(7100999)
	w.createAll(func(s *v1alpha1.FolderSync) { s.Spec.Source.Exchange = v1alpha1.ExchangeReference{ID: &unknown} })
	w.says(contracts, v1alpha1.ExchangeNotFoundReason, false, "7100999", "ask for access")
}

func TestTwoExchangesOfOneNameAreToldByTheirIDs(t *testing.T) {
	w := newWorld(t, func(s *setup) {
		s.exchanges = append(s.exchanges, intralinkssim.Exchange{ID: 7100035, Name: "Project Heron", Host: "Sample & Partners"})
	})
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll()
	w.says(contracts, v1alpha1.ExchangeAmbiguousReason, true, "7100015, 7100035", "source.exchange.id")

	one := int64(heron)
	w.createSync("by-id", func(s *v1alpha1.FolderSync) { s.Spec.Source.Exchange = v1alpha1.ExchangeReference{ID: &one} })
	w.settles("by-id", "True", v1alpha1.SyncedReason)
}

func TestAFolderThatIsNotThereIsExplainedByWhatIs(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/2024/Heronlease.txt", "the lease")
	w.add("/Contracts/2025/Heronloan.txt", "the loan agreement")
	w.createAll(from("/Contracts/2023/Leases"))
	w.says(contracts, v1alpha1.FolderNotFoundReason, false,
		"/Contracts/2023/Leases", `/Contracts holds "2024", "2025"`, "correct spec.source.folder")
	w.Expect(w.writes()).To(BeZero())

	w.changeSync(contracts, from("/Contracts/2024"))
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease"})
}

func TestASplashIsAcceptedOnlyWhereTheSpecSaysSo(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.exchanges[0].Splash = true })
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll()
	w.says(contracts, v1alpha1.SplashNotAcceptedReason, true, "NDA", "spec.source.splash.accept to true")
	w.Expect(requests(w.source, "POST", "/v2/workspaces/*/splash")).To(BeZero(), "nothing is accepted unasked")

	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Source.Splash.Accept = true })
	w.settles(contracts, "True", v1alpha1.SyncedReason)
	w.stands(map[string]string{"/Deal/Heronlease.txt": "the lease"})
}

func TestAnEntryThatOnlyAPersonCanMakeIsExplained(t *testing.T) {
	w := newWorld(t, func(s *setup) { s.exchanges[0].SecurityLevel = 6 })
	w.createAll()
	w.says(contracts, v1alpha1.ExchangeEntryBlockedReason, false, "ONE_TIME_PASSWORD", "ask the exchange's manager")
}

func TestARestrictedExchangeKeepsTheGatekeepersName(t *testing.T) {
	w := newWorld(t, func(s *setup) {
		s.exchanges[0].Restricted = "Access to this exchange is restricted. Ask the gatekeeper, Dana Okafor."
	})
	w.createAll()
	w.says(contracts, v1alpha1.ExchangeAccessRestrictedReason, false, "Dana Okafor")
}

func TestAGlobThatIsNoneIsNamed(t *testing.T) {
	w := newWorld(t)
	w.add("/Contracts/Heronlease.txt", "the lease")
	w.createAll(func(s *v1alpha1.FolderSync) { s.Spec.Source.Include = []string{"**/*.txt", "[a-"} })
	w.says(contracts, v1alpha1.InvalidSpecReason, true, `"[a-"`, "include")

	w.changeSync(contracts, func(s *v1alpha1.FolderSync) { s.Spec.Source.Include = []string{"**/*.txt"} })
	w.settles(contracts, "True", v1alpha1.SyncedReason)
}
