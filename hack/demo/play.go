package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// demo is a demo under way: everything that its acts share.
type demo struct {
	settings settings
	out      *screen
	stage    *stage
	cluster  *cluster
	services *services
	plan     plan
	operator *process
	// The two ends, seen from outside the operator.
	intralinks, luminance *admin
}

// play is the demo from the first act to the last. Whatever happens, everything that it started has
// stopped when it returns.
func play(interrupted context.Context, o settings, out *screen) (err error) {
	ctx, ended := context.WithCancelCause(interrupted)
	defer ended(nil)
	d := &demo{settings: o, out: out}
	if err := d.setStage(ended); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.clear(err != nil && interrupted.Err() == nil)) }()

	for _, act := range []func(context.Context) error{d.start, d.carry, d.showResult, d.carryChanges, d.stay} {
		if err := act(ctx); err != nil {
			if interrupted.Err() == nil {
				d.explain(interrupted)
			}
			return err
		}
	}
	return nil
}

// setStage makes the folders, and the process that cleans up where the demo cannot.
func (d *demo) setStage(ended context.CancelCauseFunc) error {
	folder, err := os.MkdirTemp("", "intralinks-demo-")
	if err != nil {
		return err
	}
	if d.settings.received == "" {
		d.settings.received = filepath.Join(folder, "received")
	}
	d.stage = &stage{folder: folder, ended: ended}
	d.stage.reaper, err = startReaper()
	return err
}

// clear stops everything, and removes what nobody wants to read any more.
func (d *demo) clear(failed bool) error {
	err := d.stage.stop()
	d.stage.reaper.close()
	if failed {
		d.out.printf("\nThe logs are in %s.\n", d.stage.folder)
		return err
	}
	return errors.Join(err, os.RemoveAll(d.stage.folder))
}

// start brings up everything that the operator needs, and then the operator.
func (d *demo) start(ctx context.Context) (err error) {
	d.out.heading("Starting the two services, etcd and kube-apiserver, and the operator")
	if d.services, err = startSimulators(ctx, d.stage, d.settings); err != nil {
		return err
	}
	d.intralinks, d.luminance = newAdmin(d.services.IntralinksURL), newAdmin(d.services.LuminanceURL)
	d.plan = planFor(d.settings, d.services)
	d.out.printf("Intralinks (simulated)  %s, serving %s\n", d.services.IntralinksURL, d.dataRoomText())
	d.out.printf("Luminance (simulated)   %s, %s\n", d.services.LuminanceURL, d.allowanceText())
	d.out.printf("What Luminance receives %s\n", d.receivedText())

	if d.cluster, err = startCluster(ctx, d.stage, d.settings); err != nil {
		return err
	}
	d.out.printf("Kubernetes API          KUBECONFIG=%s\n", d.cluster.kubeconfig)
	if _, err := d.cluster.kubectl(ctx, nil, "apply", "-k", filepath.Join(d.settings.root, "hack", "demo", "manifests", "rbac")); err != nil {
		return err
	}
	d.operator, err = d.stage.start("operator", filepath.Join(d.settings.root, "bin", "manager"), nil,
		[]string{"KUBECONFIG=" + d.cluster.operatorKubeconfig},
		"--allowed-hosts=127.0.0.1",
		"--ledger=sqlite://"+filepath.Join(d.stage.folder, "ledger.db"),
		"--metrics-bind-address=0",
		"--health-probe-bind-address=0",
	)
	if err != nil {
		return err
	}
	d.out.printf("Operator                its log is %s\n", d.operator.log)
	return nil
}

func (d *demo) dataRoomText() string {
	if d.settings.dataroom != "" {
		return d.settings.dataroom
	}
	return "a generated data room"
}

func (d *demo) allowanceText() string {
	if d.settings.unlimited {
		return "without an allowance"
	}
	return "allowing 100 requests in 10 minutes, of which the operator leaves a fifth to others"
}

func (d *demo) receivedText() string {
	if filepath.Dir(d.settings.received) == d.stage.folder {
		return d.settings.received + ", removed at the end (RECEIVED=dir keeps it)"
	}
	return d.settings.received
}

// carry applies the resources and follows the first run to its end.
func (d *demo) carry(ctx context.Context) error {
	manifest, err := d.plan.manifest()
	if err != nil {
		return err
	}
	file := filepath.Join(d.stage.folder, "data-room.yaml")
	if err := os.WriteFile(file, manifest, 0o600); err != nil {
		return err
	}
	d.out.heading("Asking for %s of the exchange to be carried into Luminance", d.plan.Folder)
	if err := d.cluster.show(ctx, d.out, "apply", "-f", file); err != nil {
		return err
	}
	d.out.printf("\n")
	began := time.Now()
	v, err := d.follow(ctx, view.through)
	if err != nil {
		return err
	}
	last := v.sync.Status.LastSync
	d.out.printf("\n%s in %s with %d requests to Luminance.\n",
		count(int(last.Uploaded), "document"), time.Since(began).Round(time.Second/10), last.Requests)
	return nil
}

// showResult shows both kinds and what arrived, and proves that it is what lies in the data room.
func (d *demo) showResult(ctx context.Context) error {
	d.out.heading("What Kubernetes says")
	if err := d.cluster.show(ctx, d.out, "-n", namespace, "get", "intralinksintegrations"); err != nil {
		return err
	}
	if err := d.cluster.show(ctx, d.out, "-n", namespace, "get", "foldersyncs"); err != nil {
		return err
	}
	arrived, err := arrivals(ctx, d.luminance)
	if err != nil {
		return err
	}
	d.out.heading("What lies in Luminance now")
	printTree(d.out, arrived)

	d.out.heading("Every byte, by hash")
	return d.proveAll(ctx, arrived)
}

func (d *demo) proveAll(ctx context.Context, arrived []arrival) error {
	documents, err := d.dataRoom(ctx)
	if err != nil {
		return err
	}
	expected := d.plan.expected(documents)
	if len(expected) == 0 {
		return fmt.Errorf("%s holds no document to carry: there is nothing to show", d.dataRoomText())
	}
	if err := prove(d.out, expected, arrived, d.settings.received); err != nil {
		return err
	}
	return d.printCost(ctx, len(expected))
}

// printCost holds the requests that Luminance counted against the least that any client needs.
func (d *demo) printCost(ctx context.Context, documents int) error {
	folders, err := folderCount(ctx, d.luminance)
	if err != nil {
		return err
	}
	var used usage
	if err := d.luminance.get(ctx, "/usage", &used); err != nil {
		return err
	}
	d.out.printf("Luminance counted %d requests for %s in %s; it refused %d.\n",
		used.Total, count(documents, "document"), count(folders, "new folder"), used.Refused)
	return nil
}

// stay leaves everything running where that was asked for.
func (d *demo) stay(ctx context.Context) error {
	if !d.settings.keep {
		d.out.heading("Done; stopping everything")
		return nil
	}
	d.out.heading("Everything keeps running until Ctrl-C. In another terminal:")
	d.out.printf(`
  export KUBECONFIG=%s
  export PATH=%s:$PATH          # if you have no kubectl of your own
  kubectl -n %s get foldersyncs,intralinksintegrations
  kubectl -n %s describe foldersync %s
  kubectl explain foldersync.spec
  curl -s %s/_sim/                # what the simulated services can be told; docs/simulators.md explains it
  curl -s %s/_sim/
  tail -f %s
`, d.cluster.kubeconfig, d.settings.assets, namespace, namespace, d.plan.Sync,
		d.services.IntralinksURL, d.services.LuminanceURL, d.operator.log)
	<-ctx.Done()
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
		return err // something ended that should have run on
	}
	d.out.printf("\nStopping everything.\n")
	return nil
}
