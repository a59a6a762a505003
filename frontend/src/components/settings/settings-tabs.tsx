"use client";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { Tabs } from "@/components/ui/tabs";
import { requestNavigation } from "@/lib/navigation-guard";
import { settingsSearchParams } from "@/lib/search-params/settings";
import { useSearchState } from "@/lib/search-params/use-search-state";

import { ProfileSettings } from "./profile-settings";
import { SettingsSkeleton } from "./settings-skeleton";
import { TeamSettings } from "./team-settings";

export function SettingsTabs() {
  const { state, setState } = useSearchState(settingsSearchParams);
  return (
    <Tabs
      label="Settings"
      value={state.tab}
      // The other tab's form leaves the page with what was typed into it, so it is asked like any other way out.
      onChange={(tab) => requestNavigation(() => setState({ tab }))}
      tabs={[
        { value: "profile", label: "Profile", panel: <ProfileSettings /> },
        {
          value: "team",
          label: "Team",
          panel: (
            <QueryBoundary skeleton={<SettingsSkeleton />} errorTitle="The team could not be loaded">
              <TeamSettings />
            </QueryBoundary>
          ),
        },
      ]}
    />
  );
}
