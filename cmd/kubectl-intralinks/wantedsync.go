package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
)

// wantedSync is a sync as a person says it.
type wantedSync struct {
	name, integration, exchange, folder, division, destination string
	include, exclude                                           []string
	maxFileSize, interval                                      string
	acceptSplash, planOnly                                     bool
}

// missing are the arguments without which there is no sync.
func (w *wantedSync) missing() (names []string) {
	for _, needed := range []struct{ name, value string }{
		{"NAME", w.name}, {"--integration", w.integration}, {"--exchange", w.exchange}, {"--folder", w.folder},
		{"--division", w.division}, {"--to", w.destination},
	} {
		if needed.value == "" {
			names = append(names, needed.name)
		}
	}
	return names
}

// object is the FolderSync, without anything that is the default anyway.
func (w *wantedSync) object(namespace string) (*v1alpha1.FolderSync, error) {
	if err := validName(w.name); err != nil {
		return nil, misuse(err.Error())
	}
	sync := &v1alpha1.FolderSync{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: w.name}}
	sync.Spec.IntegrationRef.Name = w.integration
	sync.Spec.Source = v1alpha1.Source{Folder: w.folder, Include: w.include, Exclude: w.exclude, Splash: v1alpha1.Splash{Accept: w.acceptSplash}}
	sync.Spec.Destination.Folder, sync.Spec.DryRun = w.destination, w.planOnly
	if id, isID := idOf(w.exchange); isID {
		sync.Spec.Source.Exchange.ID = &id
	} else {
		sync.Spec.Source.Exchange.Name = w.exchange
	}
	if id, isID := idOf(w.division); isID {
		sync.Spec.Destination.Division.ID = &id
	} else {
		sync.Spec.Destination.Division.Name = w.division
	}
	if w.maxFileSize != "" {
		size, err := resource.ParseQuantity(w.maxFileSize)
		if err != nil {
			return nil, misuse(fmt.Sprintf("--max-file-size %q is no size: write one such as 500Mi or 1Gi", w.maxFileSize))
		}
		sync.Spec.Source.MaxFileSize = &size
	}
	if w.interval != "" {
		interval, err := time.ParseDuration(w.interval)
		if err != nil {
			return nil, misuse(fmt.Sprintf("--interval %q is no duration: write one such as 15m or 1h30m", w.interval))
		}
		sync.Spec.Interval = &metav1.Duration{Duration: interval}
	}
	return sync, nil
}

// idOf tells an id from a name. What consists of digits only is an id.
func idOf(text string) (int64, bool) {
	id, err := strconv.ParseInt(text, 10, 64)
	return id, err == nil && id > 0
}

// validName is for names of objects.
func validName(name string) error {
	if wrong := validation.IsDNS1123Subdomain(name); len(wrong) > 0 {
		return fmt.Errorf("%q is no name for a sync: write small letters, digits and hyphens, such as project-heron-contracts", name)
	}
	return nil
}

// validFolder is what the API server would say, before it is asked.
func validFolder(path string) error {
	if !strings.HasPrefix(path, "/") || path != "/" && (strings.HasSuffix(path, "/") || strings.Contains(path, "//")) {
		return errors.New("begin with /, with single slashes and none at the end, such as /Project Heron/Contracts")
	}
	return nil
}
