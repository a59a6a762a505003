"use client";

import { useState } from "react";

import { UnsavedChangesDialog } from "@/components/layout/unsaved-changes-dialog";

import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";

/** Two forms, saved apart, guarded together: one question when leaving, not two. */
export function ProfileSettings() {
  const [isProfileDirty, setIsProfileDirty] = useState(false);
  const [isPasswordDirty, setIsPasswordDirty] = useState(false);
  return (
    <div className="max-w-form space-y-12">
      <ProfileForm onDirtyChange={setIsProfileDirty} />
      <PasswordForm onDirtyChange={setIsPasswordDirty} />
      <UnsavedChangesDialog isDirty={isProfileDirty || isPasswordDirty} />
    </div>
  );
}
