package crds

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

const (
	// Patience is how long the API server may be away when the operator starts. The probe of a starting pod allows a
	// minute more.
	Patience = 4 * time.Minute
	// publishing is how long the API server may take to publish the schema of a CRD that has just been applied, or
	// that is applied together with this operator.
	publishing = 30 * time.Second
	// again is the time between two tries.
	again = 2 * time.Second
)

// ErrOutdated says that the API server lacks a kind or a field of it.
var ErrOutdated = errors.New("the CRDs in the cluster are older than this operator")

// Wait returns once the API server answers and has both kinds with all fields; or with an error that says what is
// missing and what to do, where that stays so for half a minute, and with the last one where the API server is away
// for longer than Patience.
func Wait(ctx context.Context, config *rest.Config, log logr.Logger, clock clock.Clock) error {
	config = rest.CopyConfig(config)
	config.Timeout = 10 * time.Second
	client, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return err
	}
	began := clock.Now()
	told := ""
	for {
		err := Check(ctx, client)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		if apierrors.IsForbidden(err) {
			log.Info("can't tell whether the CRDs are up to date: this account may not read /openapi/v3", "error", err.Error())
			return nil
		}
		patience, what := Patience, fmt.Errorf("the API server at %s can't be used: %w; check that it is up, and that the pod's NetworkPolicy lets it through", config.Host, err)
		if errors.Is(err, ErrOutdated) {
			patience, what = publishing, err
		}
		if clock.Since(began) >= patience {
			return what
		}
		if text := what.Error(); text != told {
			told = text
			log.Info("waiting for the API server", "reason", text)
		}
		select {
		case <-ctx.Done():
		case <-clock.After(again):
		}
	}
}

// Check looks once. The error is ErrOutdated where the API server lacks something, and says what and what to do.
func Check(ctx context.Context, client discovery.DiscoveryInterface) error {
	group := v1alpha1.GroupVersion
	text, err := client.RESTClient().Get().AbsPath("/openapi/v3/apis/" + group.String()).Do(ctx).Raw()
	if apierrors.IsNotFound(err) {
		return fmt.Errorf("%w: it has no %s; %s", ErrOutdated, group, remedy)
	}
	if err != nil {
		return err
	}
	var document struct {
		Components struct {
			Schemas map[string]schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return fmt.Errorf("read its OpenAPI document: %w", err)
	}
	var absent []string
	for kind, of := range map[string]reflect.Type{
		"FolderSync": reflect.TypeFor[v1alpha1.FolderSync](), "IntralinksIntegration": reflect.TypeFor[v1alpha1.IntralinksIntegration](),
	} {
		known, ok := document.Components.Schemas["dev.dataroom."+group.Version+"."+kind]
		if !ok {
			absent = append(absent, kind)
			continue
		}
		for _, part := range []string{"Spec", "Status"} {
			field, _ := of.FieldByName(part)
			absent = append(absent, missing(kind+"."+strings.ToLower(part)+".", field.Type, known.Properties[strings.ToLower(part)])...)
		}
	}
	return outdated(absent)
}

// remedy is what to do about it.
const remedy = "apply those of this version, by upgrading the release with crds.enabled=true, or with `kubectl apply --server-side -k config/crd`"

// outdated names the first few of what is missing.
func outdated(absent []string) error {
	const most = 5
	if len(absent) == 0 {
		return nil
	}
	more := ""
	if len(absent) > most {
		more = fmt.Sprintf(" and %d more", len(absent)-most)
		absent = absent[:most]
	}
	return fmt.Errorf("%w: they lack %s%s; %s", ErrOutdated, strings.Join(absent, ", "), more, remedy)
}
