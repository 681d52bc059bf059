package main

import (
	"testing"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

func TestCreateSyncByFlags(t *testing.T) {
	w := newWorld(t)
	args := []string{"create", "sync", "heron", "--integration", "production", "--exchange", "Project Heron", "--folder", "/Contracts",
		"--division", "Corporate", "--to", "/Project Heron/Contracts"}
	more := append(args, "--exchange", "7100015", "--division", "3", "--include", "**/*.{pdf,docx}", "--exclude", "Drafts/**", "--exclude", "*.tmp",
		"--max-file-size", "1Gi", "--interval", "30m", "--accept-splash", "--plan-only")
	for name, args := range map[string][]string{"create": args, "create-all": more, "create-json": append(args, "-o", "json")} {
		t.Run(name, func(*testing.T) {
			got := w.run(args...)
			w.Expect(got.code).To(Equal(exitDone), got.err)
			w.golden(name, got.out)
		})
	}
	got := w.run(append(more, "--apply")...)
	w.Expect(got).To(Equal(outcome{out: "heron created; see how it does: kubectl intralinks status heron --watch\n"}))
	w.Expect(w.sync("heron").Spec.Source.Include).To(Equal([]string{"**/*.{pdf,docx}"}))
	w.golden("create-error", w.run(append(args, "--apply")...).err+ // it is there
		w.run("create", "sync", "--folder", "/").err+
		w.run(append(args, "--interval", "soon")...).err+
		w.run(append(args, "--max-file-size", "big")...).err+
		w.run("create", "sync", "Heron!", "--integration", "production", "--exchange", "X", "--folder", "/", "--division", "X", "--to", "/").err+
		w.run("create", "sync", "osprey", "--integration", "production", "--exchange", "X", "--folder", "Contracts", "--division", "X", "--to", "/", "--interval", "1s", "--apply").err)
}

func TestWhatIsPrintedCanBeApplied(t *testing.T) {
	w := newWorld(t)
	got := w.run("create", "sync", "heron", "--integration", "production", "--exchange", "7100015", "--folder", "/", "--division", "3", "--to", "/Heron", "--interval", "90m")
	w.apply(got.out)
	w.Expect(w.sync("heron").Spec.Interval.Duration.String()).To(Equal("1h30m0s"))
}

// TestCreateSyncByChoosing: what the integration's accounts can see is offered, and typing narrows it down.
func TestCreateSyncByChoosing(t *testing.T) {
	w := newOperated(t)
	w.account("browser", permission("get", "intralinksintegrations/browse"))
	w.connect("production", v1alpha1.ClientCredentialsGrant)
	w.becomes("production", v1alpha1.ConnectedReason)
	k := w.atTerminal("create", "sync", "--operator-url", w.api, "--token-from-service-account", "browser")
	answer := func(question, keys string) {
		t.Helper()
		w.Eventually(k.screen).Should(gbytes.Say(question))
		_, err := k.pty.WriteString(keys)
		w.Expect(err).NotTo(HaveOccurred())
	}
	const enter, down = "\r", "\x1b[B"
	answer("Which exchange", "osp")
	answer("Project Osprey", enter)
	answer("Which folder of the exchange", "/Contracts")
	answer("/Contracts ", enter)
	answer("Which Division", "corp")
	answer("Corporate", enter)
	answer("Which folder of the Division", enter)
	answer("What is the sync to be called", enter)
	answer("Accept the exchange's splash screen", "n")
	answer("filter", down) // the help of the list, once it is its turn
	answer(">", enter)
	w.Eventually(k.screen).Should(gbytes.Say("project-osprey-contracts created"))
	w.Eventually(k.code).Should(Receive(Equal(exitDone)))
	sync := w.sync("project-osprey-contracts")
	w.Expect(*sync.Spec.Source.Exchange.ID).To(BeEquivalentTo(7100035))
	w.Expect(sync.Spec.Source.Folder).To(Equal("/Contracts"))
	w.Expect(sync.Spec.Source.Splash.Accept).To(BeFalse())
	w.Expect(sync.Spec.Destination.Folder).To(Equal("/Project Osprey/Contracts"))
	w.Expect(sync.Spec.DryRun).To(BeTrue())
	w.Eventually(func() string { return summaryOf(w.sync(sync.Name).Status.Conditions).Reason }).Should(Equal(v1alpha1.DryRunReason))
}

// TestCreateSyncByTyping: where the operator can't be asked, the person is told why, and types.
func TestCreateSyncByTyping(t *testing.T) {
	w := newWorld(t)
	w.createIntegration("production", connected())
	k := w.atTerminal("create", "sync", "--exchange", "Project Heron", "--division", "Corporate")
	w.Eventually(k.screen).Should(gbytes.Say("There is no list to choose from: "))
	w.Eventually(k.screen).Should(gbytes.Say("Which folder of the exchange"))
	_, err := k.pty.WriteString("\x03")
	w.Expect(err).NotTo(HaveOccurred())
	w.Eventually(k.code).Should(Receive(Equal(exitInterrupted)))
}
